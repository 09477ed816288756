// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @dev S₀ and R₀ of economy.md. At file level so that the settlement has them without a call.
uint256 constant WAY_INITIAL_SUPPLY = 500_000_000e18;
uint256 constant WAY_RESERVE = 500_000_000e18;

/// @title WAY: subsidizes verified capacity, and is what bonds and votes are made of
/// @notice 18 decimals, at most 1,000,000,000 WAY for all time. Half exists from the start in the treasury, half is a
/// reserve that only the settlement mints. What is burned can never be minted again.
contract Way is ERC20, ERC20Permit, ERC20Votes, ERC20Burnable {
    /// @notice Supply at the start, in the treasury.
    uint256 public constant INITIAL_SUPPLY = WAY_INITIAL_SUPPLY;

    /// @notice What may ever be minted after that.
    uint256 public constant RESERVE = WAY_RESERVE;

    /// @notice No supply ever exceeds this.
    uint256 public constant CAP = INITIAL_SUPPLY + RESERVE;

    /// @notice Who may set the minter, once.
    address public immutable deployer;

    /// @notice The only account that mints: the settlement. Zero until set, never changed after.
    address public minter;

    /// @notice WAY minted from the reserve over all time; burning does not lower it.
    uint256 public mintedFromReserve;

    event MinterSet(address indexed minter);

    error NotDeployer(address caller);
    error NotMinter(address caller);
    error MinterAlreadySet(address minter);
    error ZeroAddress();
    error ReserveExceeded(uint256 asked, uint256 left);

    /// @param treasury receives the initial supply; a timelock in production.
    constructor(address treasury) ERC20("Wayleave", "WAY") ERC20Permit("Wayleave") {
        if (treasury == address(0)) revert ZeroAddress();
        deployer = msg.sender;
        _mint(treasury, INITIAL_SUPPLY);
    }

    /// @notice Names the minter, for good.
    /// Effects: `minter` is set; emits MinterSet.
    /// Requirements: caller is the deployer; no minter is set; `minter_` is not zero.
    function setMinter(address minter_) external {
        if (msg.sender != deployer) revert NotDeployer(msg.sender);
        if (minter != address(0)) revert MinterAlreadySet(minter);
        if (minter_ == address(0)) revert ZeroAddress();
        minter = minter_;
        emit MinterSet(minter_);
    }

    /// @notice Mints from the reserve.
    /// Effects: `mintedFromReserve`, the supply and the balance of `to` grow by `amount`.
    /// Requirements: caller is the minter; minted over all time stays within RESERVE.
    function mint(address to, uint256 amount) external {
        if (msg.sender != minter) revert NotMinter(msg.sender);
        uint256 left = RESERVE - mintedFromReserve;
        if (amount > left) revert ReserveExceeded(amount, left);
        mintedFromReserve += amount;
        _mint(to, amount);
    }

    /// @notice Votes are counted by time, not by block, so that they mean the same on every chain (EIP-6372).
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @notice As EIP-6372 spells it.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc ERC20Permit
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }

    /// @dev The cap a second time, where the supply changes: ERC20Votes refuses a supply above it.
    function _maxSupply() internal pure override returns (uint256) {
        return CAP;
    }
}
